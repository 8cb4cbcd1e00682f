"""Notes to the files a reader opens."""
