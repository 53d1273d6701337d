import type { ClaimMarks } from '#ports/claim-marks';

const keyOf = (consumer: string, operation: string): string => `${consumer} ${operation}`;

/** Marks of claims that live as long as the process. */
export function memoryClaimMarks(): ClaimMarks {
  const marks = new Map<string, readonly string[]>();
  return {
    note(consumer, operation, providersBefore) {
      const key = keyOf(consumer, operation);
      if (!marks.has(key)) marks.set(key, [...providersBefore]);
      return Promise.resolve();
    },
    read: (consumer, operation) => Promise.resolve(marks.get(keyOf(consumer, operation))),
    forget(consumer, operation) {
      marks.delete(keyOf(consumer, operation));
      return Promise.resolve();
    },
  };
}
