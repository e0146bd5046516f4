"""What `rigsbog bench` measures, and the peers and limits that it measures against."""
