"""One module for each subject. A page translates and hands over; who may open it stands in app.py."""
