namespace PruneSharp.Tests;

public sealed class AmountTests
{
    [Theory]
    [InlineData(.5, 5, 2)]
    [InlineData(.5, 3, 2)]
    [InlineData(.35, 10, 4)]
    [InlineData(.45, 10, 4)]
    [InlineData(.25, 10, 2)]
    [InlineData(.75, 10, 8)]
    [InlineData(.4, 17, 7)]
    [InlineData(1.0, 15, 15)]
    [InlineData(0.0, 15, 0)]
    [InlineData(.3, 0, 0)]
    public void Count_of_fraction_rounds_half_to_even(double fraction, long units, long expected) =>
        Assert.Equal(expected, Selection.Count(fraction, units));

    [Theory]
    [InlineData(0, 15)]
    [InlineData(10, 15)]
    [InlineData(19, 20)]
    [InlineData(0, 0)]
    [InlineData(1, 1)]
    public void Count_of_count_is_itself(int count, long units) => Assert.Equal(count, Selection.Count(count, units));

    [Fact]
    public void Count_over_units_names_both()
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => Selection.Count(20, 19));
        Assert.Contains("20 units, but only 19", error.Message);
    }

    [Theory]
    [InlineData(1.1)]
    [InlineData(20.0)]
    [InlineData(-.1)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void Fraction_outside_0_to_1_is_refused(double fraction) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Amount.OfFraction(fraction));

    [Fact]
    public void Negative_count_is_refused() => Assert.Throws<ArgumentOutOfRangeException>(() => Amount.OfCount(-10));

    [Theory]
    [InlineData("0.8", "0.8")]
    [InlineData("80%", "0.8")]
    [InlineData("1000", "1000")]
    [InlineData("1", "1")]
    [InlineData("1.0", "1.0")]
    [InlineData("100%", "1.0")]
    [InlineData("0", "0")]
    [InlineData(" .5 ", "0.5")]
    [InlineData("1e-3", "0.001")]
    public void Parse_reads_fractions_percentages_and_counts(string text, string expected)
    {
        var amount = Amount.Parse(text);
        Assert.Equal(expected, amount.ToString());
        Assert.Equal(amount, Amount.Parse(amount.ToString()));
        Assert.Equal(expected.All(char.IsAsciiDigit), amount.IsCount);
    }

    [Theory]
    [InlineData("")]
    [InlineData("much")]
    [InlineData("-1")]
    [InlineData("120%")]
    [InlineData("1.5")]
    [InlineData("0,5")]
    [InlineData("NaN")]
    [InlineData("99999999999999999999")]
    public void Parse_refuses_anything_else(string text)
    {
        var error = Assert.Throws<FormatException>(() => Amount.Parse(text));
        Assert.Contains("0.8", error.Message);
    }
}
