/* Notifications of the system, on this device only, and only where a person asked for them. */

const KEY = 'satchel-notify'

/** Whether this browser can show them at all: some have the name, and refuse to make one. */
export const canNotify = (): boolean => typeof Notification === 'function' && isSecureContext

/** What stands in the way where one wants them: `denied` is the browser's word, and can only be taken back there. */
export const permission = (): NotificationPermission => canNotify() ? Notification.permission : 'denied'

/** As the person chose on this device. */
export function wantsNotifications(): boolean {
  try {
    return permission() === 'granted' && localStorage.getItem(KEY) === 'yes'
  }
  catch {
    return false // a browser that keeps nothing
  }
}

/** Asks the browser, where it has not been asked. @returns whether they are shown from now on */
export async function chooseNotifications(wanted: boolean): Promise<boolean> {
  if (wanted && permission() === 'default')
    await Notification.requestPermission()
  try {
    localStorage.setItem(KEY, wanted ? 'yes' : 'no')
  }
  catch (error) {
    console.warn('Whether to notify is not kept on this device.', error)
  }
  return wantsNotifications()
}

/** Nothing of what was said is in it: others may look at this screen. @param about one notification for each of these */
export function notify({ title, text, about, open }: { title: string, text: string, about: string, open: () => unknown }): void {
  if (!wantsNotifications())
    return
  try {
    const shown = new Notification(title, { body: text, tag: about })
    shown.addEventListener('click', () => {
      window.focus()
      shown.close()
      open()
    })
  }
  catch (error) {
    console.warn('No notification was shown.', error) // on a phone only an installed app may
  }
}
