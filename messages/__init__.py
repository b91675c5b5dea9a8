"""What people see: builders turn records into cards, renderers turn cards into what a platform draws."""
