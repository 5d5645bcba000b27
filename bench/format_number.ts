/** Three digits that count, as in 0.085, 1.24, 76.6 and 1,420,000. */
export function formatNumber(value: number): string {
  return value.toLocaleString("en", { maximumSignificantDigits: 3 });
}
