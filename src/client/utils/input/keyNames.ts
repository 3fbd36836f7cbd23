export const isMac = /mac|iphone|ipad/i.test(navigator.userAgent)

/** As it stands on the key. */
export const keyName = (key: string): string => isMac && key === 'Ctrl' ? 'Cmd' : key
