"""Languages that are offered to choose from; any other may be written."""

LANGUAGES = [
    "Amharic", "Arabic", "ASL", "Bengali", "Burmese", "Cantonese", "Dari", "English", "Farsi", "French",
    "Haitian Creole", "Hindi", "Hmong", "Karen", "Kinyarwanda", "Korean", "Mandarin", "Nepali", "Pashto", "Polish",
    "Portuguese", "Punjabi", "Russian", "Somali", "Spanish", "Swahili", "Tagalog", "Tigrinya", "Ukrainian", "Urdu",
    "Vietnamese", "Yoruba",
]  # fmt: skip
