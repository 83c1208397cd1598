"""Referrals from HL7 v2 messages: by file, by request, over MLLP.

`parsing` makes segments of bytes, `reading` tells of referrals in our words, `storing` keeps each
message once and hands what it told to `settling`, which takes it through the intake's own way in;
`answering` writes acknowledgements and `listening` speaks MLLP. What cannot be placed yet waits,
and `waking` looks at it again. `services` is the front door. See docs/hl7.md.
"""
