"""What operators see: scraping, alert rules, a dashboard, and lag measured from outside."""
