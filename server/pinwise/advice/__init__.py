"""What both rules and features need to know, from facts already gathered."""
