/** Placeholder until the steps are written: gives the state back. */
export const handler = async (state: unknown): Promise<unknown> => state;
