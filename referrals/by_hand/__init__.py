"""Referrals that a liaison hears of at an office and takes on his phone.

Each becomes a referral like any other, told by a source of its own, so every list and every count
knows it. What was taken is kept beside it, so that it can be taken back and restored.
"""
