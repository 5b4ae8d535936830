/** First byte of an RLP list, less its length, or less the count of the bytes that its length takes (Yellow Paper, appendix B). */
export const SHORT_LIST = 0xc0;
export const LONG_LIST = 0xf7;
