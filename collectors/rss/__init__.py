"""What a feed is, whatever its format, and how it is read, found and polled."""
