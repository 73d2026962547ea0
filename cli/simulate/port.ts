/** The default port of `interlink simulate`. */
export const DEFAULT_PORT = 4180;
