//! How a page speaks: words, dates, numbers, doses, and what runs from left to right inside Arabic.
