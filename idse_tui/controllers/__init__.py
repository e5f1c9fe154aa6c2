"""What the main screen does, apart from drawing: following the files, moving, doing, asking."""
