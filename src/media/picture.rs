//! From a file that somebody sent to a picture that every mail program shows.

use std::io::Cursor;

use image::codecs::gif::{GifDecoder, GifEncoder, Repeat};
use image::codecs::jpeg::JpegEncoder;
use image::codecs::png::PngEncoder;
use image::imageops::FilterType;
use image::{
    AnimationDecoder as _, DynamicImage, Frame, ImageDecoder as _, ImageEncoder, ImageError, ImageFormat,
    ImageReader, Limits,
};

use super::Kind;

/// The largest file that is taken, in octets.
pub const LARGEST: usize = 12 * 1024 * 1024;
/// The widest picture that is kept, in pixels: twice the width of a mail, for screens of twice the resolution.
pub const MOST_WIDTH: u32 = 1200;
/// The longest side of a picture that is taken, in pixels.
const LONGEST_SIDE: u32 = 12_000;
/// The most pixels that are taken: a camera's 50 megapixels. A small file can claim to be larger than any memory.
const MOST_PIXELS: u64 = 50_000_000;
/// The most memory that decoding may take, in octets.
const MOST_MEMORY: u64 = 320 * 1024 * 1024;
/// The most pixels of all frames of an animation together.
const MOST_MOVING_PIXELS: u64 = 120_000_000;
/// The largest colour profile that is kept, in octets.
const LARGEST_PROFILE: usize = 64 * 1024;
/// Of JPEG files: what is lost does not show, and the file is small.
const QUALITY: u8 = 84;

/// A picture as it is kept: its file holds nothing but the picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Prepared {
    /// What it is.
    pub kind: Kind,
    /// The file.
    pub bytes: Vec<u8>,
    /// In pixels.
    pub width: u32,
    /// In pixels.
    pub height: u32,
}

/// Why a file is not taken as a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unusable {
    /// It is another kind of file, whatever its name says.
    #[error("it is no PNG, JPEG, GIF or WebP picture; save it as one of these and upload it again")]
    Kind,
    /// It has more octets than are taken.
    #[error("it is larger than {} MB; make it smaller and upload it again", LARGEST / 1024 / 1024)]
    TooLarge,
    /// It has more pixels than are taken.
    #[error("it has too many pixels; make it smaller and upload it again")]
    TooManyPixels,
    /// It breaks off or contradicts itself.
    #[error("it is damaged and cannot be read; save it again and upload it again")]
    Damaged,
}

impl Unusable {
    /// The end of the message's key.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Kind => "kind",
            Self::TooLarge => "large",
            Self::TooManyPixels => "pixels",
            Self::Damaged => "damaged",
        }
    }
}

impl From<ImageError> for Unusable {
    fn from(error: ImageError) -> Self {
        match error {
            ImageError::Limits(_) => Self::TooManyPixels,
            _ => Self::Damaged,
        }
    }
}

/// Decodes a file by its content, turns it upright, makes it at most [`MOST_WIDTH`] wide and encodes it anew, so that
/// nothing but the picture is left: no place, no camera, no comment (EXIF, XMP, IPTC). Its colours keep their profile.
///
/// # Errors
/// Why it is not taken.
pub fn prepare(file: &[u8]) -> Result<Prepared, Unusable> {
    if file.len() > LARGEST {
        return Err(Unusable::TooLarge);
    }
    let format = match image::guess_format(file) {
        Ok(format @ (ImageFormat::Png | ImageFormat::Jpeg | ImageFormat::Gif | ImageFormat::WebP)) => format,
        _ => return Err(Unusable::Kind),
    };
    let (width, height) = ImageReader::with_format(Cursor::new(file), format).into_dimensions()?;
    if width.max(height) > LONGEST_SIDE || u64::from(width) * u64::from(height) > MOST_PIXELS {
        return Err(Unusable::TooManyPixels);
    }
    if format == ImageFormat::Gif
        && let Some(moving) = moving(file)?
    {
        return Ok(moving);
    }
    still(file, format)
}

fn limits() -> Limits {
    let mut limits = Limits::default();
    limits.max_image_width = Some(LONGEST_SIDE);
    limits.max_image_height = Some(LONGEST_SIDE);
    limits.max_alloc = Some(MOST_MEMORY);
    limits
}

/// The size that a picture of this size gets.
fn fitting(width: u32, height: u32) -> (u32, u32) {
    if width <= MOST_WIDTH {
        return (width, height);
    }
    let scaled = u64::from(height) * u64::from(MOST_WIDTH) / u64::from(width);
    (MOST_WIDTH, u32::try_from(scaled).unwrap_or(u32::MAX).max(1))
}

fn still(file: &[u8], format: ImageFormat) -> Result<Prepared, Unusable> {
    let mut reader = ImageReader::with_format(Cursor::new(file), format);
    reader.limits(limits());
    let mut decoder = reader.into_decoder()?;
    let profile = decoder.icc_profile()?.filter(|profile| profile.len() <= LARGEST_PROFILE);
    // A broken note about which side is up does not make a picture unusable.
    let upright = decoder.orientation().ok();
    let mut picture = DynamicImage::from_decoder(decoder)?;
    if let Some(upright) = upright {
        picture.apply_orientation(upright);
    }
    let (width, height) = fitting(picture.width(), picture.height());
    if width < picture.width() {
        picture = picture.resize_exact(width, height, FilterType::CatmullRom);
    }
    let see_through =
        picture.color().has_alpha() && picture.to_rgba8().pixels().any(|pixel| pixel.0[3] < 255);
    // Outlook shows no WebP. What was drawn stays free of the noise of JPEG.
    let kind = match format {
        ImageFormat::Jpeg => Kind::Jpeg,
        ImageFormat::WebP if !see_through => Kind::Jpeg,
        _ => Kind::Png,
    };
    let mut bytes = Vec::new();
    match kind {
        Kind::Jpeg => {
            let picture = DynamicImage::ImageRgb8(picture.to_rgb8());
            encode(JpegEncoder::new_with_quality(&mut bytes, QUALITY), &picture, profile)?;
        }
        _ if see_through => {
            encode(PngEncoder::new(&mut bytes), &DynamicImage::ImageRgba8(picture.to_rgba8()), profile)?;
        }
        _ => encode(PngEncoder::new(&mut bytes), &DynamicImage::ImageRgb8(picture.to_rgb8()), profile)?,
    }
    Ok(Prepared { kind, bytes, width, height })
}

fn encode(
    mut encoder: impl ImageEncoder,
    picture: &DynamicImage,
    profile: Option<Vec<u8>>,
) -> Result<(), Unusable> {
    if let Some(profile) = profile {
        // Without it the colours are those of sRGB, which is what most pictures mean.
        let _ = encoder.set_icc_profile(profile);
    }
    Ok(picture.write_with_encoder(encoder)?)
}

/// An animation, frame by frame; `None` when the file holds one frame alone.
fn moving(file: &[u8]) -> Result<Option<Prepared>, Unusable> {
    let frames = || -> Result<_, Unusable> {
        let mut decoder = GifDecoder::new(Cursor::new(file))?;
        decoder.set_limits(limits())?;
        Ok(decoder.into_frames())
    };
    if frames()?.take(2).filter(Result::is_ok).count() < 2 {
        return Ok(None);
    }
    let mut bytes = Vec::new();
    let (mut width, mut height, mut pixels) = (0, 0, 0_u64);
    {
        let mut encoder = GifEncoder::new_with_speed(&mut bytes, 10);
        encoder.set_repeat(Repeat::Infinite)?;
        for frame in frames()? {
            let frame = frame?;
            let delay = frame.delay();
            let mut picture = frame.into_buffer();
            pixels += u64::from(picture.width()) * u64::from(picture.height());
            if pixels > MOST_MOVING_PIXELS {
                return Err(Unusable::TooManyPixels);
            }
            (width, height) = fitting(picture.width(), picture.height());
            if width < picture.width() {
                picture = image::imageops::resize(&picture, width, height, FilterType::Triangle);
            }
            encoder.encode_frame(Frame::from_parts(picture, 0, 0, delay))?;
        }
    }
    Ok(Some(Prepared { kind: Kind::Gif, bytes, width, height }))
}

#[cfg(test)]
mod tests {
    use image::{Delay, Rgb, RgbImage, Rgba, RgbaImage};

    use super::*;

    fn encoded(picture: &DynamicImage, format: ImageFormat) -> Vec<u8> {
        let mut bytes = Cursor::new(Vec::new());
        picture.write_to(&mut bytes, format).unwrap();
        bytes.into_inner()
    }

    fn photo(width: u32, height: u32) -> DynamicImage {
        DynamicImage::ImageRgb8(RgbImage::from_fn(width, height, |x, y| Rgb([x as u8, y as u8, 90])))
    }

    /// A JPEG file with an EXIF block: orientation 6 (turn right), and the name of a camera.
    fn with_exif(jpeg: &[u8]) -> Vec<u8> {
        let mut exif = b"Exif\0\0II*\0\x08\0\0\0\x02\0".to_vec();
        exif.extend(b"\x0f\x01\x02\0\x0a\0\0\0\x26\0\0\0"); // Make, ten letters, at 38
        exif.extend(b"\x12\x01\x03\0\x01\0\0\0\x06\0\0\0"); // Orientation
        exif.extend(b"\0\0\0\0SecretCam\0");
        let mut file = jpeg[..2].to_vec();
        file.extend([0xff, 0xe1]);
        file.extend(u16::try_from(exif.len() + 2).unwrap().to_be_bytes());
        file.extend(exif);
        file.extend(&jpeg[2..]);
        file
    }

    #[test]
    fn a_photo_loses_what_it_says_of_whoever_took_it_and_stands_upright() {
        let file = with_exif(&encoded(&photo(40, 20), ImageFormat::Jpeg));
        assert!(file.windows(9).any(|part| part == b"SecretCam"));
        let kept = prepare(&file).unwrap();
        assert_eq!((kept.kind, kept.width, kept.height), (Kind::Jpeg, 20, 40), "turned by its orientation");
        assert!(!kept.bytes.windows(9).any(|part| part == b"SecretCam"));
        assert!(!kept.bytes.windows(4).any(|part| part == b"Exif"));
        assert_eq!(image::load_from_memory(&kept.bytes).unwrap().width(), 20);
    }

    #[test]
    fn a_wide_picture_is_made_narrower_and_a_narrow_one_stays() {
        let kept = prepare(&encoded(&photo(2400, 30), ImageFormat::Png)).unwrap();
        assert_eq!((kept.kind, kept.width, kept.height), (Kind::Png, 1200, 15));
        let kept = prepare(&encoded(&photo(600, 30), ImageFormat::Png)).unwrap();
        assert_eq!((kept.width, kept.height), (600, 30));
    }

    #[test]
    fn webp_becomes_what_every_mail_program_shows() {
        assert_eq!(prepare(&encoded(&photo(8, 8), ImageFormat::WebP)).unwrap().kind, Kind::Jpeg);
        let glass = DynamicImage::ImageRgba8(RgbaImage::from_pixel(8, 8, Rgba([1, 2, 3, 40])));
        let kept = prepare(&encoded(&glass, ImageFormat::WebP)).unwrap();
        assert_eq!(kept.kind, Kind::Png);
        assert_eq!(image::load_from_memory(&kept.bytes).unwrap().to_rgba8().get_pixel(0, 0).0[3], 40);
    }

    #[test]
    fn an_animation_keeps_moving() {
        let mut file = Vec::new();
        let mut encoder = GifEncoder::new(&mut file);
        for shade in [0, 120, 240] {
            let frame = RgbaImage::from_pixel(1300, 4, Rgba([shade, 0, 0, 255]));
            encoder.encode_frame(Frame::from_parts(frame, 0, 0, Delay::from_numer_denom_ms(80, 1))).unwrap();
        }
        drop(encoder);
        let kept = prepare(&file).unwrap();
        assert_eq!((kept.kind, kept.width), (Kind::Gif, 1200));
        let frames =
            GifDecoder::new(Cursor::new(&kept.bytes)).unwrap().into_frames().collect_frames().unwrap();
        assert_eq!(frames.len(), 3);
        let still = prepare(&encoded(&photo(8, 8), ImageFormat::Gif)).unwrap();
        assert_eq!(still.kind, Kind::Png);
    }

    #[test]
    fn what_is_no_picture_is_refused_whatever_it_is_called() {
        for file in
            [&b""[..], b"GIF", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"%PDF-1.7", b"BM\0\0\0\0"]
        {
            assert_eq!(prepare(file), Err(Unusable::Kind), "{file:?}");
        }
        let png = encoded(&photo(30, 30), ImageFormat::Png);
        assert_eq!(prepare(&png[..png.len() / 2]), Err(Unusable::Damaged));
        assert_eq!(prepare(&vec![0; LARGEST + 1]), Err(Unusable::TooLarge));
    }

    #[test]
    fn a_small_file_that_claims_to_be_huge_is_not_decoded() {
        let mut png = encoded(&photo(1, 1), ImageFormat::Png);
        // The header's width and height, and the checksum over it (PNG, section 11.2.2).
        png[16..24].copy_from_slice(&[0, 0, 0x2e, 0xe0, 0, 0, 0x2e, 0xe0]);
        let mut crc = u32::MAX;
        for byte in &png[12..29] {
            crc ^= u32::from(*byte);
            for _ in 0..8 {
                crc = if crc & 1 == 1 { (crc >> 1) ^ 0xedb8_8320 } else { crc >> 1 };
            }
        }
        png[29..33].copy_from_slice(&(!crc).to_be_bytes());
        assert_eq!(prepare(&png), Err(Unusable::TooManyPixels));
    }
}
