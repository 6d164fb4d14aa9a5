"""What anyone may read without an account."""
