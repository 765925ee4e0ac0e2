"""Money and goods that are given, and what is paid from them: donations and expenses (捐赠、支出)."""
