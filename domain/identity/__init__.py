"""Who people and companies are: numbers, entries in CPR and CVR, names and addresses."""
