/** Where `interlink simulate` listens unless it is given another port. */
export const DEFAULT_PORT = 4180;
