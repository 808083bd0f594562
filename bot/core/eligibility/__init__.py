"""Who may get what: facts of a household, programmes with their rules of a day, verdicts, and what to ask for next.

facts, programmes, zones   what is known, what it is held against
partition, diagram, rules  a rule as it stands on one day, as a decision diagram over cells of its facts' values
judging                    judge(): yes, no or unknown, exactly, with what decided it
due                        amounts for this household      next_fact   which fact settles most
"""
