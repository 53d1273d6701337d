/** The values of an option that may be given several times, in order. */
export const repeated = (value: string, before: readonly string[] = []): string[] => [...before, value];
