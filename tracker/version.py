"""The version of the application, as CHANGELOG.md names it."""

VERSION = "0.1.0"
