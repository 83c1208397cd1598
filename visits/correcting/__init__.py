"""What a visit said is changed after seven days only with a reason, and stays readable."""
