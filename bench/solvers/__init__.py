"""One module per library: each function takes an instance and gives the plan as rows of mentor and mentee."""
