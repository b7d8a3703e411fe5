"""Fourier transforms and what is built of them."""

import numpy as np
import tensorflow as tf

from op_goldens import Family

R = tf.raw_ops


def signals():
    f = Family('signals')
    r = f.rng('signals')
    n = lambda *s: np.float32(r.normal(size=s).round(2))
    parts = lambda c: {'re': tf.math.real(c), 'im': tf.math.imag(c)}
    for size in [8, 6, 7, 16, 1]:
        f.case(f'FFT/{size}', lambda x, y: parts(R.FFT(input=tf.complex(x, y))), x=n(2, size), y=n(2, size))
        f.case(f'IFFT/{size}', lambda x, y: parts(R.IFFT(input=tf.complex(x, y))), x=n(2, size), y=n(2, size))
        f.case(f'RFFT/{size}', lambda x, z=size: parts(R.RFFT(input=x, fft_length=[z])), x=n(2, size))
    f.case('RFFT/pads', lambda x: parts(R.RFFT(input=x, fft_length=[8])), x=n(2, 5))
    f.case('RFFT/crops', lambda x: parts(R.RFFT(input=x, fft_length=[4])), x=n(2, 7))
    f.case('RFFT/float64', lambda x: parts(R.RFFT(input=x, fft_length=[8], Tcomplex=tf.complex128)), x=r.normal(size=(2, 8)))
    f.case('RFFT/complexOut', lambda x: R.RFFT(input=x, fft_length=[4]), x=n(1, 4))
    for size in [8, 7]:
        f.case(f'IRFFT/{size}', lambda x, y, z=size: R.IRFFT(input=tf.complex(x, y), fft_length=[z]), x=n(2, size // 2 + 1), y=n(2, size // 2 + 1))
    f.case('FFT2D', lambda x, y: parts(R.FFT2D(input=tf.complex(x, y))), x=n(4, 6), y=n(4, 6))
    f.case('IFFT2D', lambda x, y: parts(R.IFFT2D(input=tf.complex(x, y))), x=n(4, 6), y=n(4, 6))
    f.case('FFT3D', lambda x, y: parts(R.FFT3D(input=tf.complex(x, y))), x=n(2, 4, 2), y=n(2, 4, 2))
    f.case('RFFT2D', lambda x: parts(R.RFFT2D(input=x, fft_length=[4, 6])), x=n(4, 6))
    f.case('IRFFT2D', lambda x, y: R.IRFFT2D(input=tf.complex(x, y), fft_length=[4, 6]), x=n(4, 4), y=n(4, 4))
    f.case('stft', lambda x: tf.abs(tf.signal.stft(x, 8, 4)), known='batch', x=n(1, 24))
    f.case('stft/padEnd', lambda x: tf.abs(tf.signal.stft(x, 6, 3, fft_length=8, pad_end=True)), known='batch', x=n(2, 20))
    f.case('inverse_stft', lambda x: tf.signal.inverse_stft(tf.signal.stft(x, 8, 4), 8, 4), known='all', x=n(24))
    f.case('dct', lambda x: tf.signal.dct(x, norm='ortho'), known='all', x=n(2, 8))
    f.case('mfcc', lambda x: tf.signal.mfccs_from_log_mel_spectrograms(x), known='all', x=n(2, 8))
    f.case('frame', lambda x: tf.signal.frame(x, 4, 3), known='all', x=n(2, 13))
    f.case('hann_window', lambda x: x * tf.signal.hann_window(8), x=n(2, 8))
    f.case('AudioSpectrogram', lambda x: R.AudioSpectrogram(input=x, window_size=8, stride=4, magnitude_squared=True), known='all', x=n(24, 1))
    f.case('Mfcc', lambda x: R.Mfcc(spectrogram=x, sample_rate=16000, filterbank_channel_count=6, dct_coefficient_count=4), known='all', x=np.abs(n(1, 3, 65)))
    wav = b'RIFF' + (36 + 8).to_bytes(4, 'little') + b'WAVEfmt ' + (16).to_bytes(4, 'little') + (1).to_bytes(2, 'little') + (1).to_bytes(2, 'little') + (8000).to_bytes(4, 'little') + (16000).to_bytes(4, 'little') + (2).to_bytes(2, 'little') + (16).to_bytes(2, 'little') + b'data' + (8).to_bytes(4, 'little') + np.int16([0, 16384, -32768, 7]).tobytes()
    f.case('DecodeWav', lambda x: list(R.DecodeWav(contents=x)), x=np.array(wav, dtype=object))
    return f


FAMILIES = [signals]
