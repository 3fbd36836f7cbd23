import { expect, test } from 'vitest'
import { namesPosition, occurrences } from '../../src/shared/images/wordsInBytes.ts'

const bytes = (text: string) => Uint8Array.from(text, character => character.charCodeAt(0))

test.each(['exif:GPSLatitude="1"', 'drone-dji:GpsLongitude', 'gps_latitude', 'GPS_LONGITUDE', 'moov\xA9xyz+52', 'gpgpsgpslatitude'])('a place is named by %j', (text) => {
  expect(namesPosition(bytes(text))).toBe(true)
})

test.each(['GPSVersionID', 'gps latitude', 'latitude', 'gpslatitud', '\xA9XYZ', '\xA9xy', '', 'g'])('no place is named by %j', (text) => {
  expect(namesPosition(bytes(text))).toBe(false)
})

test('a word is found wherever it begins, as often as one wants to know', () => {
  const text = bytes('Exif\0\0 ExExif\0\0Exif\0 Exif\0\0')
  expect(occurrences(text, 'Exif\0\0', 16)).toEqual([0, 9, 21])
  expect(occurrences(text, 'Exif\0\0', 2)).toEqual([0, 9])
})
