"""`bot eligible`: what scripts of others rely on (design section 5)."""
