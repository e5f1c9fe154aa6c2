"""The screens that ask or tell something and give an answer, one a file, each with its styles beside it where it has any."""
