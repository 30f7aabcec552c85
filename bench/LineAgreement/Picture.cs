namespace PruneSharp.Bench.LineAgreement;

/// <summary>
/// A drawn house front as M-LSD takes it: [1, 320, 320, 4], red, green and blue from 0 to 255 and a fourth channel of ones. A little noise by
/// seed makes pictures differ.
/// </summary>
internal static class Picture
{
    public const int Size = 320;

    public static float[] Draw(int seed)
    {
        var random = new Random(seed);
        var pixels = new float[Size * Size * 4];
        int shift = random.Next(-12, 13);
        for (int y = 0; y < Size; y++)
        {
            for (int x = 0; x < Size; x++)
            {
                float[] color = Color(x - shift, y);
                for (int channel = 0; channel < 3; channel++)
                    pixels[(y * Size + x) * 4 + channel] = Math.Clamp(color[channel] + random.Next(-6, 7), 0, 255);
                pixels[(y * Size + x) * 4 + 3] = 1;
            }
        }

        return pixels;
    }

    // From front to back: door, windows with a cross, wall, roof, ground, sky.
    private static float[] Color(int x, int y)
    {
        if (x is >= 145 and < 180 && y is >= 195 and < 270)
            return [90, 50, 30];
        foreach (int left in new[] { 75, 205 })
            if (x >= left && x < left + 44 && y is >= 160 and < 204)
                return x - left is 21 or 22 || y is 181 or 182 ? [240, 240, 240] : [60, 90, 140];
        if (x is >= 50 and < 275 && y is >= 130 and < 270)
            return [200, 180, 150];
        if (y is >= 60 and < 130 && Math.Abs(x - 162) < (y - 50) * 1.7)
            return [150, 60, 50];
        return y >= 270 ? [90, 130, 80] : [150, 190, 230];
    }
}
