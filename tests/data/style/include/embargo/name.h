/* name.h, without its folder and purpose. */
