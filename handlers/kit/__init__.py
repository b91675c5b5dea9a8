"""What every handler speaks: the call, its arguments, the reply, and the mark that makes a function a command."""
