"""Group slice headers into volumes and visits, and check them."""
