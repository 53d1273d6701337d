/** Amounts by resource class or limit for people: `1 VCPU, 512 MEMORY_MB`; `nothing` where there are none. */
export const amountsText = (amounts: Readonly<Record<string, number>>): string =>
  Object.entries(amounts)
    .map(([name, amount]) => `${amount} ${name}`)
    .join(', ') || 'nothing';
