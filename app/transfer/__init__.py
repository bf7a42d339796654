"""Spreadsheets in, as agencies really keep them."""
