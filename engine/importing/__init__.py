"""What a school hands over in files or types in: read, converted to the types of the definitions, checked, stored."""
