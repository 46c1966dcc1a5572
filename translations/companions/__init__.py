"""What R's companion packages make of a fitted model, a file for each: car, performance, MuMIn, broom, effectsize."""
