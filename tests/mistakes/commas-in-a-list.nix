[ "jon", "sara" ]
