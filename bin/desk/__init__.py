"""What every tool stands at: the house itself, what it is asked with, what it says, and how it ends."""
