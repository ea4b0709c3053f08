"""The editor features, one module each. Plain data in, plain data out."""
