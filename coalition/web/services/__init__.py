"""Acts that join apps: each is one transaction over services of the apps below."""
