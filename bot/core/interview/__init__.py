"""The eligibility check as people meet it: questions, answers as they are typed, the result, the slip.

dialogue                              buttons and typed text to turns; the place to begin
sheet                                 what is kept of a check between two steps
questions, taking                     what is asked and why; an answer into the sheet
hearing, numerals, ages, income, earning   what was typed as the answer to a question
mentions, said, said_of_…             what was said of the household in passing
results, what_if, slip                what they get, what would change, what they take to the commune
"""
