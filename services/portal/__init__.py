"""What analysts and the public see: the search index, the API and the pages."""
