"""What people and other programs read: one output a file, each from plain values to text or a file."""
