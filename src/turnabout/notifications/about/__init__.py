"""What we write to people, one module per noun: which event makes a notice, and what the notice says."""
