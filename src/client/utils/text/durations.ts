/** "12 s", "3 min 5 s", "1 h 20 min". @param seconds what is less than one counts as one */
export function formatDuration(seconds: number): string {
  const whole = Math.max(1, Math.round(seconds))
  if (whole < 60)
    return `${whole} s`
  if (whole < 3600)
    return [`${Math.floor(whole / 60)} min`, whole % 60 && `${whole % 60} s`].filter(Boolean).join(' ')
  const minutes = Math.floor(whole / 60)
  return [`${Math.floor(minutes / 60)} h`, minutes % 60 && `${minutes % 60} min`].filter(Boolean).join(' ')
}
