package demo

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"math"
	"time"
)

// media are two uploads of the instructor that wait to be added to a course: a
// picture and a sound, both drawn here.
func (w *world) media() {
	w.loose(w.daysAgo(1, 16, 20, time.UTC), func(ctx context.Context) error {
		c, err := w.Courses.Draft(ctx, free)
		if err != nil {
			return err
		}
		drawn, err := evening()
		if err != nil {
			return err
		}
		for name, data := range map[string][]byte{"evening-hills.png": drawn, "chime.wav": chime()} {
			u, _, err := w.Media.Begin(ctx, w.people[instructor], c.CourseID, name, int64(len(data)))
			if err != nil {
				return err
			}
			if _, err := w.Media.Append(ctx, u.PersonID, u.ID, 0, bytes.NewReader(data)); err != nil {
				return fmt.Errorf("%s: %w", name, err)
			}
			if err := w.Media.Finish(ctx, u.PersonID, u.ID); err != nil {
				return err
			}
		}
		return w.Jobs.Drain(ctx)
	})
}

// evening is a picture of hills after sunset.
func evening() ([]byte, error) {
	const width, height = 640, 360
	img := image.NewRGBA(image.Rect(0, 0, width, height))
	for y := range height {
		sky := color.RGBA{byte(60 + y/2), byte(70 + y/3), byte(120 + y/8), 255}
		for x := range width {
			c := sky
			if dx, dy := x-460, y-150; dx*dx+dy*dy < 40*40 {
				c = color.RGBA{250, 200, 140, 255}
			}
			for hill := range 3 {
				if top := 190 + 45*hill + int(25*math.Sin(float64(x)/(70-15*float64(hill))+2*float64(hill))); y > top {
					c = color.RGBA{byte(70 - 20*hill), byte(90 - 22*hill), byte(100 - 22*hill), 255}
				}
			}
			img.SetRGBA(x, y, c)
		}
	}
	var out bytes.Buffer
	err := png.Encode(&out, img)
	return out.Bytes(), err
}

// chime is a sound of two seconds that fades.
func chime() []byte {
	const rate, seconds = 8000, 2
	const n = rate * seconds
	out := []byte("RIFF")
	out = binary.LittleEndian.AppendUint32(out, 36+n)
	out = append(out, "WAVEfmt \x10\x00\x00\x00\x01\x00\x01\x00"...) // PCM, mono
	out = binary.LittleEndian.AppendUint32(out, rate)
	out = binary.LittleEndian.AppendUint32(out, rate)
	out = append(out, "\x01\x00\x08\x00data"...) // 8 bits
	out = binary.LittleEndian.AppendUint32(out, n)
	for i := range n {
		t := float64(i) / rate
		v := math.Exp(-2*t) * (math.Sin(2*math.Pi*523.25*t) + math.Sin(2*math.Pi*659.25*t)/2)
		out = append(out, byte(128+70*v))
	}
	return out
}
