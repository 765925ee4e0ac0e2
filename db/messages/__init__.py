"""The hotline and the mailbox (热线信箱): what people say there becomes an issue, joins one, or is answered."""
