"""Many people at once through the doubles, in virtual time, while calls fail and the process is killed."""
