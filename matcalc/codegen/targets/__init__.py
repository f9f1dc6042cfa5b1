"""The languages and libraries that programs are written for, one a file."""
